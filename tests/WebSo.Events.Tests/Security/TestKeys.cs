namespace WebSo.Events;

// Unique secrets, so that tests can search for them in output.
internal static class TestKeys
{
    public const string Id = "k1";

    public static readonly string Secret = Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)(i * 7)).ToArray());

    public static readonly string OtherSecret = Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)(255 - i)).ToArray());
}
