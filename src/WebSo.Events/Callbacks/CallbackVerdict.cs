namespace WebSo.Events;

internal enum CallbackVerdict
{
    Absent,
    Valid,
    Expired,
    Wrong,
}
