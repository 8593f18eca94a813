module keytide.dev/kubelet

go 1.22
