module openbao-aws-auth-plugin

go 1.21

require (
	github.com/hashicorp/vault v1.14.8
	github.com/hashicorp/vault/api v1.9.2
	github.com/hashicorp/vault/sdk v0.9.2
)
