"""Starts MiniStack, the embedded AWS, after closing gaps of this version in-process.

It has no settings for them, so functions of it are replaced or wrapped here. What they said is checked first, so that another
version fails loudly instead of running half patched. The settings come from the environment, see embedded-aws.ts.
"""

import atexit
import inspect
import os
import signal
import string
import sys
import threading

from ministack import app
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import iam, secretsmanager
from ministack.services.cloudformation import provisioners


def principal_arn_of_a_session_is_its_role():
    """AWS compares aws:PrincipalArn with the ARN of the role; MiniStack gives that of the session.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """
    original = iam_evaluator._resolve_condition_key
    expect_text(original, 'if k == "aws:principalarn":\n        return ctx.principal_arn\n')

    def resolve(key, ctx):
        value = original(key, ctx)
        if key.lower() == "aws:principalarn" and ":assumed-role/" in str(value):
            # A session's ARN lacks the role's path, so this is right only for roles whose path is "/".
            account, role = value.split(":")[4], value.split("/")[1]
            partition = value.split(":")[1]
            return f"arn:{partition}:iam::{account}:role/{role}"
        return value

    iam_evaluator._resolve_condition_key = resolve


def cloudformation_sets_the_permissions_boundary_of_a_role():
    """CloudFormation's PermissionsBoundary of AWS::IAM::Role, which MiniStack takes from IAM calls only."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
    for operation in ("create", "update"):
        expect(
            "PermissionsBoundary" not in inspect.getsource(handlers[operation]),
            f"it sets the permissions boundary of a role itself on {operation}",
        )

    create, update = handlers["create"], handlers["update"]

    def set_boundary(name, props):
        boundary = props.get("PermissionsBoundary")
        if boundary is not None and iam._boundary_policy_error(boundary) is not None:
            raise ValueError(f"Scope ARN: {boundary} does not exist or is not attachable.")
        iam._roles[name]["PermissionsBoundary"] = boundary

    def create_with_boundary(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        set_boundary(name, props)
        return name, attributes

    def update_with_boundary(physical_id, old_props, new_props, stack_name, logical_id=None):
        name, attributes = update(physical_id, old_props, new_props, stack_name, logical_id)
        set_boundary(name, new_props)
        return name, attributes

    handlers["create"], handlers["update"] = create_with_boundary, update_with_boundary


def cloudformation_refers_to_a_secret_by_its_arn():
    """AWS returns the ARN of a secret, with its random suffix, for Ref; MiniStack its name.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html#aws-resource-secretsmanager-secret-return-values
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    expect_text(handlers["create"], 'return name, {"Id": arn, "Arn": arn}')
    expect_text(handlers["update"], 'return physical_id, {"Id": secret["ARN"], "Arn": secret["ARN"]}')
    expect_text(handlers["delete"], "_sm._secrets.get(physical_id)")

    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def name_of(arn):
        return secretsmanager._resolve(arn)[0]

    def create_by_arn(logical_id, props, stack_name):
        _, attributes = create(logical_id, props, stack_name)
        return attributes["Arn"], attributes

    def update_by_arn(physical_id, old_props, new_props, stack_name, logical_id=None):
        _, attributes = update(name_of(physical_id), old_props, new_props, stack_name, logical_id)
        return attributes["Arn"], attributes

    def delete_by_arn(physical_id, props):
        delete(name_of(physical_id), props)

    handlers.update(create=create_by_arn, update=update_by_arn, delete=delete_by_arn)


def cloudformation_generates_secrets_without_punctuation():
    """CloudFormation's ExcludePunctuation of GenerateSecretString, which MiniStack ignores.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
    """
    original = provisioners._sm_secret_string
    expect("ExcludePunctuation" not in inspect.getsource(original), "it excludes punctuation from secrets itself")
    expect_text(original, 'exclude = gen.get("ExcludeCharacters", "")')

    def secret_string(props):
        generate = props.get("GenerateSecretString") or {}
        if provisioners._cfn_bool(generate.get("ExcludePunctuation")):
            excluded = generate.get("ExcludeCharacters", "") + string.punctuation
            props = {**props, "GenerateSecretString": {**generate, "ExcludeCharacters": excluded}}
        return original(props)

    provisioners._sm_secret_string = secret_string


def cloudformation_makes_access_keys():
    """AWS::IAM::AccessKey, a type that MiniStack does not know.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html
    """
    handlers = provisioners._RESOURCE_HANDLERS
    expect("AWS::IAM::AccessKey" not in handlers, "it knows AWS::IAM::AccessKey itself")
    expect_text(iam._create_access_key, "_access_keys[key_id] = {")

    def create(logical_id, props, stack_name):
        before = set(iam._access_keys)
        status, _, body = iam._create_access_key({"UserName": [props["UserName"]]})
        if status != 200:
            raise ValueError(body)
        (key_id,) = set(iam._access_keys) - before
        return key_id, {"SecretAccessKey": iam._access_keys[key_id]["SecretAccessKey"]}

    def delete(physical_id, props):
        iam._access_keys.pop(physical_id, None)

    handlers["AWS::IAM::AccessKey"] = {"create": create, "delete": delete}


def simulations_know_the_boundary_and_the_context():
    """SimulatePrincipalPolicy judges by the permissions boundary and by ContextEntries, too; MiniStack by the policies alone.

    It does so with MiniStack's own evaluator, which also judges real calls. Service control policies are not modelled.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    original = iam._simulate_principal_policy
    expect("ContextEntries" not in inspect.getsource(original), "it reads the context of a simulation itself")
    expect("PermissionsBoundary" not in inspect.getsource(iam._build_simulate_results_real), "it simulates the boundary itself")
    expect(iam._IAM_HANDLERS["SimulatePrincipalPolicy"] is original, "it finds SimulatePrincipalPolicy by other means")

    def context_of(params):
        context = {}
        entry = "ContextEntries.member"
        for number in range(1, 51):
            name = iam._p(params, f"{entry}.{number}.ContextKeyName")
            keys = [f"{entry}.{number}.ContextKeyValues.member.{index}" for index in range(1, 51)]
            values = [iam._p(params, key) for key in keys if iam._p(params, key)]
            if name:
                is_list = iam._p(params, f"{entry}.{number}.ContextKeyType").endswith("List")
                context[name.lower()] = values if is_list else values[0]
        # A request that names no tags has no aws:TagKeys.
        context.setdefault("aws:tagkeys", None)
        return context

    def simulate(params):
        arn = iam._p(params, "PolicySourceArn")
        account, entity = arn.split(":")[4:6]
        kind, name = entity.split("/")[0], entity.split("/")[-1]
        store = iam._users if kind == "user" else iam._roles
        if store.get(name) is None:
            return iam._error(404, "NoSuchEntity", f"The entity {arn} cannot be found.", ns="iam")
        gather = iam_evaluator._gather_user_policies if kind == "user" else iam_evaluator._gather_role_policies
        policies = gather(name, account)
        boundary = iam_evaluator._permissions_boundary(store, name, account)
        actions, resource = iam._extract_simulate_params(params)
        members = ""
        for action in actions:
            context = iam_evaluator.EvalContext(
                principal_arn=arn,
                principal_type="User",
                principal_account=account,
                action=action,
                resource_arn=resource,
                region=resource.split(":")[3] if ":" in resource else "",
                service_context=context_of(params),
            )
            decision = iam_evaluator.evaluate(context, policies, *boundary).decision
            detail = ""
            if boundary:
                allowed = iam_evaluator.evaluate(context, *boundary).decision == "Allow"
                detail = (
                    "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>"
                    f"{str(allowed).lower()}</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>"
                )
            word = {"Allow": "allowed", "Deny": "explicitDeny"}.get(decision, "implicitDeny")
            members += (
                f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{resource}</EvalResourceName>"
                f"<EvalDecision>{word}</EvalDecision>{detail}</member>"
            )
        result = f"<EvaluationResults>{members}</EvaluationResults><IsTruncated>false</IsTruncated>"
        body = f"<SimulatePrincipalPolicyResult>{result}</SimulatePrincipalPolicyResult>"
        return iam._xml(200, "SimulatePrincipalPolicyResponse", body, ns="iam")

    iam._IAM_HANDLERS["SimulatePrincipalPolicy"] = simulate


def functions_reach_other_servers_on_loopback():
    """MiniStack sends every https request of a Node.js function to the loopback interface as http, because the CDK provider
    framework answers CloudFormation at port 443 of the host of ResponseURL. Other ports are other servers, with TLS of their own.
    """
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    original = """    if (host === "127.0.0.1" || host === "localhost" || host === msHost
        || (advertised && host === advertised)) {
"""
    expect(script.count(original) == 1, f"the worker of Node.js functions no longer contains\n{original}")
    other_server = "options.port && ![443, msPort].includes(Number(options.port))"
    patched = original.replace("if (", f"if (!({other_server}) && (").replace(") {", ")) {")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script.replace(original, patched)


def expect_text(function, text):
    expect(text in inspect.getsource(function), f"{function.__name__} no longer contains\n{text}")


def expect(condition, otherwise):
    if not condition:
        sys.exit(f"launcher.py does not fit this version of MiniStack: {otherwise}")


def stop_with_parent():
    """End when whoever started us is gone, however it ended: its end of our stdin closes then."""

    def wait():
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    principal_arn_of_a_session_is_its_role()
    cloudformation_sets_the_permissions_boundary_of_a_role()
    cloudformation_refers_to_a_secret_by_its_arn()
    cloudformation_generates_secrets_without_punctuation()
    cloudformation_makes_access_keys()
    simulations_know_the_boundary_and_the_context()
    functions_reach_other_servers_on_loopback()
    # What the functions ran in is left behind otherwise.
    atexit.register(lambda_runtime.reset)
    if os.environ.get("STOP_WITH_PARENT") == "true":
        stop_with_parent()
    app.main()
