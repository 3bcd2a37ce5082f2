using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebSo.Events.Serialization;

// Where a property of the outermost object is in the text. Names and strings are without their quotes.
[StructLayout(LayoutKind.Auto)]
internal struct WireProperty
{
    public int NameStart;
    public int NameLength;
    public int ValueStart;
    public int ValueLength;
    public WireName Name;
    public JsonTokenType Type;
    public bool NameIsEscaped;
    public bool ValueIsEscaped;
    public bool IsTaken;
    public bool IsTooDeep;
}
