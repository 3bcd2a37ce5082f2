using System.Buffers.Binary;
using System.Text;

namespace WebSo.Events.Security;

// The signed parts of a callback URL: the endpoint, the decoded public path, and the query without the token.
internal readonly record struct CallbackTarget(string EndpointName, string Path, string Query)
{
    // Each part is preceded by its length, so that different targets have different bytes.
    public void WriteTo(ByteBuffer buffer)
    {
        Write(buffer, EndpointName);
        Write(buffer, Path);
        Write(buffer, CallbackQuery.Normalize(Query));
    }

    private static void Write(ByteBuffer buffer, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        buffer.Write(length);
        buffer.Write(bytes);
    }
}
