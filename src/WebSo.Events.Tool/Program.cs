using System.CommandLine;
using WebSo.Events;

var root = new RootCommand("The other side of WebSo.Events: sends, simulates, receives, replays and lints events of WebSignatureOffice.")
{
    SendCommand.Create(),
    SimulateCommand.Create(),
    ListenCommand.Create(),
    ReplayCommand.Create(),
    LintCommand.Create(),
    InboxCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
