namespace WebSo.Events.Diagnostics;

// The display name of an endpoint in messages: "the default endpoint" or "the endpoint 'NAME'".
internal readonly struct EndpointLabel(string name)
{
    // The name as a C# argument, empty for the default endpoint.
    public string Argument => name.Length == 0 ? "" : $"\"{name}\"";

    public static implicit operator EndpointLabel(string name) => new(name);

    public override string ToString() => name.Length == 0 ? "the default endpoint" : $"the endpoint '{name}'";
}
