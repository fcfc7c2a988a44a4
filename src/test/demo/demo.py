"""Rotates a secret in an AWS emulator and follows it to the containers of a real cluster.

Prints a timeline; exits 0 only if every running container has the new value and was restarted once.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import boto3

ROOT = pathlib.Path(__file__).resolve().parents[3]
TESTBED = ROOT / "src/test/testbed/testbed"
IMAGE = "keyturn.dev/testbed/busybox:1"
TIMEOUT = 120


def main():
    node = subprocess.run([TESTBED, "can-run-node"], capture_output=True, text=True)
    real = node.returncode == 0
    if not real:
        print(f"No real node here ({node.stderr.strip() or node.stdout.strip()}): pods are simulated.")
    demo = Demo(real)
    try:
        demo.run()
        if os.environ.get("KEEP"):
            demo.keep()
    finally:
        demo.stop()


class Demo:
    def __init__(self, real):
        self.real = real
        self.read = "read" if real else "are simulated and would read"
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="keyturn-demo-"))
        self.began = time.monotonic()
        self.operator = None
        say("starting a real control plane and an AWS emulator")
        kind = ["--node", "--kubelet-sync", "5s"] if real else ["--kwok", "2"]
        self.bed = subprocess.Popen(
            [TESTBED, "up", *kind, "--ministack", "--dir", self.dir / "bed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.bed.stdout.readline()
        if not line:
            sys.exit("the test bed did not come up; its messages are above")
        self.facts = json.loads(line)
        self.kubeconfig = self.facts["kubeconfig"]
        self.kubectl_path = str(pathlib.Path(self.facts["kubectl"]) / "kubectl")
        if not pathlib.Path(self.facts["kubectl"]).is_dir():
            self.kubectl_path = self.facts["kubectl"]
        self.secrets = boto3.client(
            "secretsmanager",
            region_name="eu-central-1",
            endpoint_url=self.facts["ministack"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def run(self):
        self.install()
        self.start_operator()
        self.secrets.create_secret(
            Name="shop/database",
            SecretString=json.dumps({"username": "orders", "password": "first-password"}),
        )
        self.tell("AWS", "secret shop/database holds its first password")
        for name in ["1-store", "2-external-secret", "3-workload"]:
            text = (ROOT / f"examples/quickstart/{name}.yaml").read_text()
            self.kubectl("apply", "-f", "-", stdin=text.replace("busybox:1.36", IMAGE))
        self.await_true("the Secret", lambda: self.secret_password() == "first-password")
        self.tell("Secret", "shop/database written")
        self.kubectl("-n", "shop", "rollout", "status", "deployment/orders", f"--timeout={TIMEOUT}s")
        before = self.pods()
        self.tell("workload", f"orders runs with {len(before)} pods, all {self.read} the first password")
        self.check_containers("first-password")
        self.rotate(before)

    def rotate(self, before):
        generation = self.template_generation()
        rotated = time.monotonic()
        self.secrets.put_secret_value(
            SecretId="shop/database",
            SecretString=json.dumps({"username": "orders", "password": "second-password"}),
        )
        self.tell("AWS", "rotated: AWSCURRENT is the second password now")
        self.await_true("the new Secret", lambda: self.secret_password() == "second-password")
        arrived = time.monotonic()
        self.tell("Secret", f"holds the second password, {arrived - rotated:.1f} s after the rotation")
        self.await_true("the restart", lambda: self.template_generation() > generation)
        self.tell("workload", "orders is being restarted, one rolling update, nobody asked")
        self.kubectl("-n", "shop", "rollout", "status", "deployment/orders", f"--timeout={TIMEOUT}s")
        self.await_true("the old pods to go", lambda: not before & self.pods())
        self.check_containers("second-password")
        self.tell(
            "workload",
            f"all {len(self.pods())} pods {self.read} the second password, {time.monotonic() - rotated:.1f} s after the rotation",
        )
        restarts = self.template_generation() - generation
        if restarts != 1:
            sys.exit(f"expected one restart, saw {restarts}")
        print("\nkubectl get kes -n shop")
        print(self.kubectl("get", "kes", "-n", "shop"))
        say("done: one value changed in AWS, one Secret written, one restart")

    def install(self):
        helm = subprocess.run(
            [TESTBED, "path", "helm"], check=True, capture_output=True, text=True
        ).stdout.strip()
        self.kubectl("create", "namespace", "keyturn")
        installed = subprocess.run(
            [
                helm,
                "install",
                "keyturn",
                ROOT / "helm/keyturn",
                "--namespace",
                "keyturn",
                "--set",
                "replicaCount=0",
            ],
            capture_output=True,
            text=True,
            env=os.environ | {"KUBECONFIG": self.kubeconfig},
        )
        if installed.returncode:
            sys.exit(f"helm install: {installed.stderr.strip()}")
        self.tell("cluster", "chart installed: CRDs, rights, admission policy")

    def start_operator(self):
        """The operator runs here as a process, but with nothing but its own ServiceAccount's rights."""
        token = self.kubectl("-n", "keyturn", "create", "token", "keyturn").strip()
        config = self.dir / "operator.kubeconfig"
        config.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "demo",
                    "clusters": [
                        {
                            "name": "demo",
                            "cluster": {
                                "server": self.facts["api"],
                                "certificate-authority": self.facts["ca"],
                            },
                        }
                    ],
                    "users": [{"name": "demo", "user": {"token": token}}],
                    "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "demo"}}],
                }
            )
        )
        config.chmod(0o600)
        self.log = (self.dir / "operator.log").open("w")
        self.operator = subprocess.Popen(
            [java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", ROOT / "target/quarkus-app/quarkus-run.jar"],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            env=os.environ
            | {
                "KUBECONFIG": str(config),
                "QUARKUS_HTTP_PORT": "0",
                "AWS_ENDPOINT_URL": self.facts["ministack"],
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": "eu-central-1",
            },
        )
        self.tell("operator", "started as ServiceAccount keyturn/keyturn")

    def secret_password(self):
        text = self.kubectl(
            "-n", "shop", "get", "secret", "database", "--ignore-not-found", "-o", "json"
        )
        if not text.strip():
            return None
        import base64

        return base64.b64decode(json.loads(text)["data"].get("password", "")).decode()

    def pods(self):
        pods = json.loads(self.kubectl("-n", "shop", "get", "pods", "-l", "app=orders", "-o", "json"))
        return {pod["metadata"]["name"] for pod in pods["items"]}

    def template_generation(self):
        return int(
            self.kubectl(
                "-n", "shop", "get", "deployment", "orders", "-o", "jsonpath={.metadata.generation}"
            )
        )

    def check_containers(self, expected):
        """Looks into the containers, where they are real."""
        if not self.real:
            return
        for pod in self.pods():
            seen = self.kubectl("-n", "shop", "exec", pod, "--", "busybox", "env")
            if f"password={expected}" not in seen.splitlines():
                sys.exit(f"pod {pod} does not run on the {expected.split('-')[0]} password")

    def kubectl(self, *arguments, stdin=None):
        done = subprocess.run(
            [self.kubectl_path, "--kubeconfig", self.kubeconfig, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}{self.log_tail()}")
        return done.stdout

    def await_true(self, what, condition):
        until = time.monotonic() + TIMEOUT
        while not condition():
            if time.monotonic() > until:
                print(self.kubectl("get", "kes", "-A", "-o", "yaml"))
                sys.exit(f"gave up waiting for {what} after {TIMEOUT} s{self.log_tail()}")
            if self.operator and self.operator.poll() is not None:
                sys.exit(f"the operator ended{self.log_tail()}")
            time.sleep(0.2)

    def log_tail(self):
        log = self.dir / "operator.log"
        if not log.exists():
            return ""
        return "\n--- operator.log\n" + "".join(log.read_text().splitlines(True)[-40:])

    def tell(self, who, what):
        print(f"{time.monotonic() - self.began:6.1f} s  {who:<9} {what}", flush=True)

    def keep(self):
        print("\nEverything stays up until you press Ctrl-C. In another shell:")
        print(f"  export KUBECONFIG={self.kubeconfig}")
        print(f"  export PATH={pathlib.Path(self.kubectl_path).parent}:$PATH   # kubectl")
        print(f"  export AWS_ENDPOINT_URL={self.facts['ministack']}")
        print("  export AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1")
        print("  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")
        print(f"  tail -f {self.dir / 'operator.log'}   # says on which port /q/metrics is")
        print("  kubectl get kes,pods,secrets -n shop")
        value = '{"username":"orders","password":"third-password"}'
        print("With the AWS CLI you can rotate once more:")
        print(
            f"  aws secretsmanager put-secret-value --secret-id shop/database --secret-string '{value}'",
            flush=True,
        )
        try:
            signal.pause()
        except KeyboardInterrupt:
            pass

    def stop(self):
        for process in [self.operator, self.bed]:
            if process and process.poll() is None:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()


def java():
    """The JDK that the build found."""
    found = subprocess.run([ROOT / "mvnw", "-v"], capture_output=True, text=True).stdout
    for line in found.splitlines():
        if "runtime: " in line:
            return line.split("runtime: ")[1].strip() + "/bin/java"
    sys.exit("no JDK 25: see ./mvnw -v")


def say(what):
    print(f"== {what}", flush=True)


if __name__ == "__main__":
    main()
