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
var command = root.Parse(args);
var exitCode = await command.InvokeAsync();
return command.Errors.Count > 0 ? 2 : exitCode;
