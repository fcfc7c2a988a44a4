.PHONY: build test demo bench bench-restarts jmh soak hostile restart-stress pit clean

build:           ## the operator as a runnable jar
	./mvnw -q package -DskipTests -DskipITs

test:            ## every test, on a real API server and AWS emulators
	src/test/testbed/testbed install-node-packages || true
	src/test/testbed/testbed build
	./mvnw verify

demo:            ## a rotation in AWS, followed to the running pods; KEEP=1 leaves it up
	src/test/demo/demo

# Each of these is a property of the test: see src/docs/performance.md.
bench_options = $(foreach it,N MINUTES SCENARIOS JVM,$(if $($(it)),-Dbench.$(shell echo $(it) | tr A-Z a-z)="$($(it))"))

bench:           ## measures speed, calls, CPU and memory, see src/docs/performance.md; N=200 is a quick run
	src/test/testbed/testbed build
	./mvnw -q package -DskipTests -DskipITs
	./mvnw -q surefire:test -Dtest=Bench -Dsurefire.failIfNoSpecifiedTests=false $(bench_options)

bench-restarts:  ## what restarts cost with 5,000 workloads of 15,000 pods: half an hour
	src/test/testbed/testbed build
	./mvnw -q package -DskipTests -DskipITs
	./mvnw -q surefire:test -Dtest=RestartBench -Dsurefire.failIfNoSpecifiedTests=false

soak:            ## 10 minutes of faults in AWS; fails if a Secret is wrong in the end or something grew
	src/test/testbed/testbed build
	./mvnw -q package -DskipTests -DskipITs
	./mvnw -q surefire:test -Dtest=Soak -Dsurefire.failIfNoSpecifiedTests=false $(bench_options)

hostile:         ## MINUTES (60) of objects made from the schemas; fails if anybody else notices
	src/test/testbed/testbed build
	./mvnw -q package -DskipTests -DskipITs
	./mvnw -q failsafe:integration-test failsafe:verify -Dit.test=GeneratedObjectsIT -Dfailsafe.failIfNoSpecifiedTests=false -Dgenerated.minutes=$(or $(MINUTES),60) -Dgenerated.seed=$(or $(SEED),$(shell date +%s))

restart-stress:  ## 200 workloads over 50 Secrets for 5 minutes, the operator killed five times
	src/test/testbed/testbed build
	./mvnw -q test-compile failsafe:integration-test failsafe:verify -Dit.test=RestartStress -Dfailsafe.failIfNoSpecifiedTests=false

jmh:             ## what rendering one ExternalSecret costs, see src/docs/reports/rendering.md
	./mvnw -q test-compile surefire:test -Dtest=RenderingJmh -Dsurefire.failIfNoSpecifiedTests=false

pit:             ## mutation testing of the pure packages, report in target/pit-reports
	./mvnw -q test-compile org.pitest:pitest-maven:mutationCoverage

clean:
	./mvnw -q clean
