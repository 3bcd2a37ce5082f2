namespace WebSo.Events;

// For statements that are looked up by their text: a hash of all of it would be a tenth of a small statement's time.
internal sealed class SqlComparer : IEqualityComparer<string>
{
    public static SqlComparer Instance { get; } = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    // Statements differ in their length, or else in what they end with.
    public int GetHashCode(string obj) => obj.Length == 0 ? 0 : (obj.Length * 397) ^ (obj[obj.Length / 2] * 31) ^ obj[obj.Length - 1];
}
