using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WebSo.Events.Security;

// Replaces System.Net.IPNetwork, which .NET Framework lacks. Parsing is stricter: IPAddress.Parse accepts '10', '010.0.0.1' and '[::1]:80'.
internal sealed class IpNetwork
{
    private readonly byte[] _address;
    private readonly int _prefix;

    private IpNetwork(byte[] address, int prefix) => (_address, _prefix) = (address, prefix);

    public IPAddress Address => new(_address);

    public int Prefix => _prefix;

    public AddressFamily Family => _address.Length == 4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    // The problem is a sentence without a final period that contains the fix.
    public static bool TryParse(string? text, out IpNetwork? network, out string problem)
    {
        network = null;
        problem = "Use an address or a network, for example 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32";
        if (text is null)
            return false;

        var slash = text.IndexOf('/');
        if (!TryParseAddress(slash < 0 ? text : text.Substring(0, slash), out var address))
            return false;

        var bytes = address.GetAddressBytes();
        var prefix = bytes.Length * 8;
        if (slash >= 0 && !TryParsePrefix(text.Substring(slash + 1), prefix, out prefix))
        {
            problem = $"The prefix length after the slash must be from 0 to {bytes.Length * 8}";
            return false;
        }

        if (address.IsIPv4MappedToIPv6 && prefix >= 96)
        {
            bytes = address.MapToIPv4().GetAddressBytes();
            prefix -= 96;
        }

        var begin = (byte[])bytes.Clone();
        ClearAfter(begin, prefix);
        if (!begin.AsSpan().SequenceEqual(bytes))
        {
            problem = $"The address has bits after its prefix. Use the network {new IPAddress(begin)}/{prefix}";
            return false;
        }

        network = new IpNetwork(bytes, prefix);
        return true;
    }

    public bool Contains(IPAddress address)
    {
        // A dual-stack socket reports an IPv4 caller as ::ffff:a.b.c.d.
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        if (bytes.Length != _address.Length)
            return false;

        ClearAfter(bytes, _prefix);
        return bytes.AsSpan().SequenceEqual(_address);
    }

    private static bool TryParseAddress(string text, out IPAddress address)
    {
        if (!text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F') or ':' or '.'))
        {
            address = IPAddress.None;
            return false;
        }

        return IPAddress.TryParse(text, out address!)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
    }

    private static bool TryParsePrefix(string text, int max, out int prefix) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= max && (text.Length == 1 || text[0] != '0');

    private static void ClearAfter(byte[] bytes, int prefix)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Min(8, Math.Max(0, prefix - (i * 8)));
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }
    }
}
