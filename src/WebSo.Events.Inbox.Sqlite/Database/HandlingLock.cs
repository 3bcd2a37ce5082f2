namespace WebSo.Events;

// Of the processes on one file, the one that handles an endpoint: it holds a file beside the database open, which the operating system
// lets no other do, and ends when the process does, however that ends.
internal sealed class HandlingLock(string path)
{
    private FileStream? _file;

    public bool TryAcquire()
    {
        if (_file is not null)
            return true;

        try
        {
            _file = PrivateFile.OpenExclusively(path);
            return true;
        }
        catch (IOException failure) when (IsHeldElsewhere(failure))
        {
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WebSoInboxStoreException(
                $"The file {path}, by which one process at a time handles events, can't be opened: {failure.Message} Until this process may write to it, nothing is handled.",
                failure);
        }
    }

    public void Release()
    {
        _file?.Dispose();
        _file = null;
    }

    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows; EWOULDBLOCK of Linux and of BSD, which .NET gives as it is.
    private static bool IsHeldElsewhere(IOException failure) => (failure.HResult & 0xFFFF) is 32 or 33 or 11 or 35;
}
