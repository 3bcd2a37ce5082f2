namespace WebSo.Events.Security;

internal enum CallbackVerdict
{
    Absent,
    Valid,
    Expired,
    Wrong,
}
