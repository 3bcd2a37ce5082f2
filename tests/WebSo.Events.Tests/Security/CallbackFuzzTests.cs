using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class CallbackFuzzTests(ITestOutputHelper output)
{
    private static readonly Uri s_base = new("https://host/webso/events");

    // Letters, digits, and characters with a meaning in a query or token.
    private static readonly Gen<string> s_query = Gen.OneOf(Gen.Char['a', 'e'], Gen.OneOf("webso=&&&?=%-_AQ".ToCharArray())).Array[0, 40].Select(c => new string(c));

    public static TheoryData<string> Queries => [.. Corpus.Names("queries")];

    [Fact]
    public async Task CreateAndReceive_AnyId_RoundTripsAndKeepsQuery()
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var receiver = endpoint.Receiver();
        var ids = Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u00A0', '\uD7FF']).Array[1, 42].Select(c => new string(c));

        Run(Gen.Select(ids, s_query.Where(q => !q.Contains("webso=", StringComparison.Ordinal))), (id, query) =>
        {
            endpoint.Handled.Clear();
            var baseUrl = query.Length == 0 ? s_base : new Uri($"{s_base}?{query}");

            var receipt = Receive(receiver, endpoint.Urls.Create(baseUrl, id).OriginalString[s_base.OriginalString.Length..]);

            return receipt.StatusCode == 200 && endpoint.Handled[0].CorrelationId == id
                && endpoint.Handled[0].QueryString == baseUrl.OriginalString[s_base.OriginalString.Length..];
        });
    }

    [Fact]
    public async Task Receive_ChangedToken_IsRefused()
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var receiver = endpoint.Receiver();
        var token = endpoint.Urls.Create(s_base, "order-4711").Query["?webso=".Length..];
        var characters = Gen.OneOf("ABCXYZabcxyz0189-_=+/%&; \0é".ToCharArray());

        Run(Gen.Select(Gen.Int[0, token.Length], Gen.Int[0, 4], characters.Array[0, 4]), (at, cut, inserted) =>
        {
            var changed = token[..at] + new string(inserted) + token[Math.Min(token.Length, at + cut)..];

            return changed == token || Receive(receiver, "?webso=" + changed).StatusCode == 401;
        });
    }

    [Fact]
    public async Task Receive_AnyBytesAsToken_IsRefused()
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var receiver = endpoint.Receiver();

        Run(Gen.Select(Gen.Byte.Array[0, 170], Gen.Bool), (bytes, looksRight) =>
        {
            byte[] token = looksRight ? [1, 2, .. "k1"u8, .. bytes] : bytes;
            return Receive(receiver, "?webso=" + Convert.ToBase64String(token).TrimEnd('=').Replace('+', '-').Replace('/', '_')).StatusCode == 401;
        });
    }

    [Fact]
    public async Task Receive_AnyQuery_IsRefusedOrUnchanged()
    {
        await using var endpoint = new TestEndpoint(options => options.CallbackKeys[TestKeys.Id] = TestKeys.Secret);
        var receiver = endpoint.Receiver();

        Run(s_query, text =>
        {
            endpoint.Handled.Clear();
            var query = "?" + text;
            var hasToken = text.Split('&').Any(part => part.StartsWith("webso=", StringComparison.Ordinal));

            var status = Receive(receiver, query).StatusCode;

            return hasToken ? status == 401 : status == 200 && endpoint.Handled[0].QueryString == query;
        });
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Receive_QueryFromCorpus_IsRefused(string name)
    {
        await using var endpoint = new TestEndpoint(WithKey);

        Receive(endpoint.Receiver(), Encoding.UTF8.GetString(Corpus.Read("queries", name))).StatusCode.Should().Be(401);
    }

    [Fact]
    public void Receive_AnyNetworkAndAddress_AgreesWithSystemNet()
    {
        var addresses = Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]);

        // Addresses near the network, which random addresses would rarely hit.
        Run(Gen.Select(addresses, Gen.Int[0, 128], Gen.Int[0, 128]), (bytes, prefix, flipped) =>
        {
            prefix = Math.Min(prefix, bytes.Length * 8);
            var begin = bytes.Select((b, i) => (byte)(b & (0xFF << (8 - Math.Clamp(prefix - (i * 8), 0, 8))))).ToArray();
            var network = new IPNetwork(new IPAddress(begin), prefix);
            var near = (byte[])bytes.Clone();
            if (flipped < bytes.Length * 8)
                near[flipped / 8] ^= (byte)(0x80 >> (flipped % 8));
            var address = new IPAddress(near);
            if (address.IsIPv4MappedToIPv6 || network.BaseAddress.IsIPv4MappedToIPv6)
                return true;

            var options = new WebSoEventsOptions { AllowedNetworks = { network.ToString() } };
            var mapped = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
            return IsAllowed(options, address) == network.Contains(address) && IsAllowed(options, mapped) == network.Contains(address);
        }, few: 200);
    }

    [Fact]
    public async Task Receive_AnyBasicHeader_IsAcceptedOnlyIfCorrect()
    {
        await using var endpoint = new TestEndpoint(options => options.RequireBasicAuthentication("foo", "bar"));
        var receiver = endpoint.Receiver();
        var parts = Gen.OneOf("Basic", "basic", " ", "\t", "Zm9vOmJhcg==", "Zm9vOmJhcg", "Zm9v", "OmJhcg==", ":", "=", "\0", "é", ",", "Bearer");

        Run(parts.Array[0, 6].Select(values => string.Concat(values)), header =>
        {
            var call = new TestRequest { Headers = { ["Authorization"] = header } };
            var isRight = header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
                && string.Concat(header[6..].Where(c => !char.IsWhiteSpace(c))) == "Zm9vOmJhcg==";
            return (Receive(receiver, call).StatusCode == 200) == isRight;
        });
    }

    private static void WithKey(WebSoEventsOptions options)
    {
        options.CallbackKeys[TestKeys.Id] = TestKeys.Secret;
        options.RequireSignedCallbackUrl = true;
    }

    private static bool IsAllowed(WebSoEventsOptions options, IPAddress address)
    {
        var endpoint = new TestEndpoint(o => o.AllowedNetworks.Add(options.AllowedNetworks[0]));
        return Receive(endpoint.Receiver(), new TestRequest { SentFrom = address }).StatusCode == 200;
    }

    private static Receipt Receive(EventReceiver receiver, string query) => Receive(receiver, new TestRequest { SentQuery = query });

    // The handler completes synchronously, so the call never waits.
    private static Receipt Receive(EventReceiver receiver, TestRequest call) =>
        receiver.ReceiveAsync(call, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private void Run<T>(Gen<T> gen, Func<T, bool> holds, long few = 2000)
    {
        var cases = LongRun.Cases(few);
        gen.Sample(holds, iter: cases, threads: 1);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cases} cases"));
    }

    private void Run<T1, T2>(Gen<(T1, T2)> gen, Func<T1, T2, bool> holds, long few = 2000) => Run<(T1, T2)>(gen, t => holds(t.Item1, t.Item2), few);

    private void Run<T1, T2, T3>(Gen<(T1, T2, T3)> gen, Func<T1, T2, T3, bool> holds, long few = 2000) =>
        Run<(T1, T2, T3)>(gen, t => holds(t.Item1, t.Item2, t.Item3), few);
}
