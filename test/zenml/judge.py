"""What ZenML's own classes read from the environment of a server: a JSON list of environments in, what was read in the last line out."""

import json
import os
import sys
import tempfile
import warnings

PREFIXES = ("ZENML_SECRETS_STORE_", "ZENML_BACKUP_SECRETS_STORE_")


def read(environment):
    for name in [name for name in os.environ if name.startswith(PREFIXES)]:
        del os.environ[name]
    os.environ.update(environment)
    configuration = GlobalConfiguration().get_store_configuration()
    return [store_as_read(store) for store in (configuration.secrets_store, configuration.backup_secrets_store) if store is not None]


def read_or_refused(environment):
    try:
        return read(environment)
    except Exception as error:
        return [{"refused": str(error)}]


def store_as_read(generic):
    store_class = BaseSecretsStore.get_store_class(generic)
    store = store_class.CONFIG_TYPE(**generic.model_dump())
    fields = revealed(store)
    if store.type != "hashicorp":
        connector = service_connector_registry.instantiate_connector(
            model=ServiceConnectorRequest(
                name="secrets-store",
                connector_type=store_class.SERVICE_CONNECTOR_TYPE,
                resource_types=[store_class.SERVICE_CONNECTOR_RESOURCE_TYPE],
                auth_method=store.auth_method,
                configuration=ServiceConnectorConfiguration(**store.auth_config),
            )
        )
        fields["auth_config"] = revealed(connector.config)
    return fields


def revealed(model):
    """The fields that were set, and that the class knows by name."""
    known = type(model).model_fields
    return {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in ((name, getattr(model, name)) for name in model.model_fields_set if name in known)
        if value is not None
    }


if __name__ == "__main__":
    os.environ.update(
        ZENML_CONFIG_PATH=tempfile.mkdtemp(),
        ZENML_ANALYTICS_OPT_IN="false",
        ZENML_LOGGING_VERBOSITY="ERROR",
        ZENML_STORE_URL="sqlite:////nowhere",
        ZENML_ENABLE_IMPLICIT_AUTH_METHODS="true",
    )
    warnings.simplefilter("ignore")
    from zenml.config.global_config import GlobalConfiguration
    from zenml.models import ServiceConnectorConfiguration, ServiceConnectorRequest
    from zenml.service_connectors.service_connector_registry import service_connector_registry
    from zenml.zen_stores.secrets_stores.base_secrets_store import BaseSecretsStore

    answers = [read_or_refused(environment) for environment in json.load(sys.stdin)]
    sys.stdout.write("\n" + json.dumps(answers, default=str))
