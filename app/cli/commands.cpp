#include "app/cli/commands.h"

namespace drover::cli {

const std::vector<Command> &commands()
{
    static const std::vector<Command> table{stampsCommand(), setsCommand(), devicesCommand(), inspectCommand(), planCommand(), checkCommand(), diffCommand(), approveCommand(),
        runCommand(), runsCommand(), watchCommand(), pauseCommand(), resumeCommand(), stopCommand(),
        undoCommand(), retryCommand(), skipCommand(), paceCommand(), reportCommand(), auditCommand(), demoCommand()};
    return table;
}

} // namespace drover::cli
