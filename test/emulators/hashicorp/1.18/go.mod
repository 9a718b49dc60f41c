module vault-for-tests

go 1.23

require (
	github.com/hashicorp/vault v1.18.0
	github.com/hashicorp/vault/api v1.15.0
	github.com/hashicorp/vault/sdk v0.14.0
)

replace github.com/99designs/keyring => github.com/Jeffail/keyring v1.2.3

replace github.com/ma314smith/signedxml v1.1.1 => github.com/moov-io/signedxml v1.1.1

replace github.com/pires/go-proxyproto v1.0.0 => github.com/peteski22/go-proxyproto v1.0.0
