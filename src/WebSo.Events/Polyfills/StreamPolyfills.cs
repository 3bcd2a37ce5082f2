#if !NET
using System.Buffers;
using System.Runtime.InteropServices;

namespace WebSo.Events.Polyfills;

// The Stream overloads for Memory<byte>.
internal static class StreamPolyfills
{
    extension(Stream stream)
    {
        public Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var array = ArrayOf(buffer);
            return stream.ReadAsync(array.Array, array.Offset, array.Count, cancellationToken);
        }

        public Task WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            var array = ArrayOf(buffer);
            return stream.WriteAsync(array.Array, array.Offset, array.Count, cancellationToken);
        }

        public void Write(ReadOnlySpan<byte> buffer)
        {
            var array = ArrayPool<byte>.Shared.Rent(buffer.Length);
            buffer.CopyTo(array);
            stream.Write(array, 0, buffer.Length);
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private static ArraySegment<byte> ArrayOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var array) ? array : throw new ArgumentException("The memory is no array.", nameof(memory));
}
#endif
