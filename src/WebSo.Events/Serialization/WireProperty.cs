using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebSo.Events;

// Where a property of the outermost object stands in the body. Texts are without their quotes.
[StructLayout(LayoutKind.Auto)]
internal struct WireProperty
{
    public int NameStart;
    public int NameLength;
    public int ValueStart;
    public int ValueLength;
    public JsonTokenType Type;
    public bool NameIsEscaped;
    public bool ValueIsEscaped;
    public bool IsTaken;
}
