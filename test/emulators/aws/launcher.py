"""Starts MiniStack, the embedded AWS, after closing a gap of this version in-process.

MiniStack cannot be configured to close it, so its code is replaced here; the text that is replaced is compared first, so that
another version fails loudly instead of running half patched. The settings come from the environment, see embedded-aws.ts.
"""

import inspect
import os
import signal
import sys
import threading

from ministack import app
from ministack.core import iam_evaluator


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


def expect_text(function, text):
    if text not in inspect.getsource(function):
        sys.exit(f"launcher.py does not fit this version of MiniStack: {function.__name__} no longer contains\n{text}")


def stop_with_parent():
    """End when whoever started us is gone, however it ended: its end of our stdin closes then."""

    def wait():
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    principal_arn_of_a_session_is_its_role()
    if os.environ.get("STOP_WITH_PARENT") == "true":
        stop_with_parent()
    app.main()
