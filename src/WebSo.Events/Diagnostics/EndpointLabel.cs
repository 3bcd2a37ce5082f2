namespace WebSo.Events.Diagnostics;

// An endpoint as messages call it: the default one has an empty name.
internal readonly struct EndpointLabel(string name)
{
    // As the argument of a method call in a message.
    public string Argument => name.Length == 0 ? "" : $"\"{name}\"";

    public static implicit operator EndpointLabel(string name) => new(name);

    public override string ToString() => name.Length == 0 ? "the default endpoint" : $"the endpoint '{name}'";
}
