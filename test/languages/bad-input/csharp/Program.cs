using System;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.CDK;
using Amazon.CDK.AWS.SecretsManager;
using CdkZenmlSecretsStore;

var stack = new Stack(new App(), "BadInput");
var workspace = ZenmlWorkspace.FromId("123e4567-e89b-12d3-a456-426614174000");
var administrator = VaultAdministrator.Token(Secret.FromSecretNameV2(stack, "Administrator", "vault/administrator"));
var connection = new VaultConnection(stack, "Vault", new VaultConnectionProps
{
    Address = "https://vault.example.com:8200",
    Administrator = administrator,
});

var mistakes = new Action[]
{
    () => new AwsSecretsStore(stack, "WorkspaceId", new AwsSecretsStoreProps { Workspace = ZenmlWorkspace.FromId("my-workspace") }),
    () => new AwsSecretsStore(stack, "Region", new AwsSecretsStoreProps { Workspace = workspace, Region = "frankfurt" }),
    () => new AwsSecretsStore(stack, "RolePath", new AwsSecretsStoreProps { Workspace = workspace, RolePath = "vendors" }),
    () => new VaultConnection(stack, "Address", new VaultConnectionProps { Address = "vault.example.com", Administrator = administrator }),
    () => new VaultSecretsStore(stack, "KvMount", new VaultSecretsStoreProps
    {
        Workspace = workspace,
        Connection = connection,
        KvMount = VaultKvMount.Existing("secrets/+"),
    }),
};

string Message(Action mistake)
{
    try
    {
        mistake();
        return "no error";
    }
    catch (Exception error)
    {
        return error.Message;
    }
}

var options = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
Console.WriteLine(JsonSerializer.Serialize(mistakes.Select(Message), options));
