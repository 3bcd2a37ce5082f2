using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

public sealed class AllowedNetworksTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("192.0.2.128/25", "192.0.2.127", false)]
    [InlineData("192.0.2.128/25", "192.0.2.128", true)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.7", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:DB8::5", "2001:db8::5", true)]
    [InlineData("fe80::/10", "fe80::1%3", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.0/104", "11.1.2.3", false)]
    public async Task Receive_Address_IsAllowedOrForbidden(string network, string from, bool isAllowed)
    {
        await using var endpoint = new TestEndpoint(options => options.AllowedNetworks.Add(network));
        var call = new TestRequest { SentFrom = IPAddress.Parse(from) };

        var receipt = await endpoint.ReceiveAsync(call);

        receipt.StatusCode.Should().Be(isAllowed ? 200 : 403);
        (call.Reads > 0).Should().Be(isAllowed);
    }

    [Fact]
    public async Task Receive_SeveralNetworks_AllowsAddressInAny()
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            options.AllowedNetworks.Add("10.0.0.0/8");
            options.AllowedNetworks.Add("192.0.2.0/24");
        });

        (await endpoint.ReceiveAsync(new TestRequest { SentFrom = IPAddress.Parse("192.0.2.7") })).StatusCode.Should().Be(200);
    }

    [Fact]
    public async Task Receive_UnknownAddress_IsForbidden()
    {
        await using var endpoint = new TestEndpoint(options => options.AllowedNetworks.Add("0.0.0.0/0"));

        (await endpoint.ReceiveAsync(new TestRequest { SentFrom = null })).StatusCode.Should().Be(403);
    }

    [Fact]
    public async Task Receive_ForbiddenAndWrongCredentials_Returns403()
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            options.AllowedNetworks.Add("10.0.0.0/8");
            options.RequireHeader("user", "foo");
        });

        (await endpoint.ReceiveAsync(new TestRequest())).StatusCode.Should().Be(403);
    }

    [Theory]
    [InlineData("10.0.0.5/8", "10.0.0.0/8")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    [InlineData("10", "10.0.0.0/8")]
    [InlineData("010.0.0.1", "10.0.0.0/8")]
    [InlineData("[::1]:80", "10.0.0.0/8")]
    [InlineData("host.example", "10.0.0.0/8")]
    [InlineData("", "10.0.0.0/8")]
    [InlineData("10.0.0.0/33", "from 0 to 32")]
    [InlineData("10.0.0.0/", "from 0 to 32")]
    [InlineData("10.0.0.0/08", "from 0 to 32")]
    [InlineData("::/129", "from 0 to 128")]
    public async Task Get_InvalidNetwork_FailsWithFix(string network, string fix)
    {
        await using var endpoint = new TestEndpoint(options => options.AllowedNetworks.Add(network));

        endpoint.Invoking(e => e.Receiver()).Should().Throw<OptionsValidationException>()
            .WithMessage($"*AllowedNetworks has '{network}'*{fix}*");
    }
}
