return await WebSo.Events.ToolProgram.RunAsync(args);
