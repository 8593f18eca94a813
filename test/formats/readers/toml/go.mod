module keytide.dev/toml

go 1.22

require (
	github.com/BurntSushi/toml v1.4.0
	github.com/pelletier/go-toml/v2 v2.2.3
)
