using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebSo.Events.Serialization;

// The position of a property in the body. Positions of names and strings exclude the quotes.
[StructLayout(LayoutKind.Auto)]
internal struct ParsedProperty
{
    public int NameStart;
    public int NameLength;
    public int ValueStart;
    public int ValueLength;
    public KnownProperty Name;
    public JsonTokenType Type;
    public bool NameIsEscaped;
    public bool ValueIsEscaped;
    public bool IsTaken;
    public bool IsTooDeep;
}
