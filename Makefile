.PHONY: build test demo pit clean

build:           ## the operator as a runnable jar
	./mvnw -q package -DskipTests -DskipITs

test:            ## every test, on a real API server and AWS emulators
	src/test/testbed/testbed install-node-packages || true
	src/test/testbed/testbed build
	./mvnw verify

demo:            ## a rotation in AWS, followed to the running pods; KEEP=1 leaves it up
	src/test/demo/demo

pit:             ## mutation testing of the pure packages, report in target/pit-reports
	./mvnw -q test-compile org.pitest:pitest-maven:mutationCoverage

clean:
	./mvnw -q clean
