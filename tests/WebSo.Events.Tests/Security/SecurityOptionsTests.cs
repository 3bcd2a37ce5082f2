using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

public sealed class SecurityOptionsTests
{
    [Theory]
    [InlineData("CallbackKeys:k1", "hunter2-is-no-key", "The key 'k1' is not base64")]
    [InlineData("CallbackKeys:k1", "", "Check that the secret it comes from is set")]
    [InlineData("CallbackKeys:k 1", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=", "The ID of a key is not valid. Use 1 to 16 letters")]
    [InlineData("CallbackSigningKey", "k9", "CallbackSigningKey is 'k9', which is not an ID in CallbackKeys")]
    [InlineData("RequireSignedCallbackUrl", "true", "CallbackKeys is empty")]
    [InlineData("RequireSignedCallbackUrl", "yes", "RequireSignedCallbackUrl is 'yes'. Write true or false")]
    [InlineData("MaxQueryLength", "511", "MaxQueryLength is 511. Set a number from 512 to 65536")]
    [InlineData("CallbackPathPrefix", "/hooks", null)]
    [InlineData("CallbackPathPrefix", "/a/b c", null)]
    [InlineData("CallbackPathPrefix", "hooks", "CallbackPathPrefix is 'hooks', but it does not start with '/'")]
    [InlineData("CallbackPathPrefix", "/hooks/", "or it ends with '/'. Set the prefix that the proxy removes")]
    [InlineData("CallbackPathPrefix", "/", "CallbackPathPrefix is '/'")]
    [InlineData("CallbackPathPrefix", "/a%20b", "it contains '?', '#', '%'")]
    [InlineData("CallbackPathPrefix", "/a//b", "it has an empty segment")]
    [InlineData("CallbackPathPrefix", "/a/../b", "it has a dot segment")]
    [InlineData("MaxQueryLength", "65537", "MaxQueryLength is 65537")]
    [InlineData("AllowedNetworks", "10.0.0.0", null)]
    [InlineData("AllowedNetworks:0", "10.0.0.1/8", "AllowedNetworks has '10.0.0.1/8'")]
    public async Task Get_InvalidKeyInConfiguration_FailsWithFixAndWithoutSecret(string key, string value, string? problem)
    {
        var configuration = new ConfigurationManager { [$"WebSoEvents:{key}"] = value };
        await using var endpoint = new TestEndpoint(null, configuration);

        var get = () => endpoint.Receiver();

        if (problem is null)
        {
            get.Should().NotThrow();
            return;
        }

        var message = get.Should().Throw<OptionsValidationException>().Which.ToString();
        message.Should().Contain(problem).And.NotContain("hunter2").And.NotContain("QUFBQUF");
    }

    [Fact]
    public async Task Get_SeveralKeysWithoutSigningKey_Fails()
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            options.CallbackKeys["k1"] = TestKeys.Secret;
            options.CallbackKeys["k2"] = TestKeys.OtherSecret;
        });

        endpoint.Invoking(e => e.Receiver()).Should().Throw<OptionsValidationException>().WithMessage("*CallbackSigningKey is not set*");
    }
}
