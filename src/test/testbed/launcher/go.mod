module keyturn.dev/testbed/launcher

go 1.24
