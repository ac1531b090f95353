#pragma once

#include "app/cli/arguments.h"

namespace drover::cli {

/// The table of all commands, in the order in which a person meets them.
const std::vector<Command> &commands();

Command stampsCommand();
Command setsCommand();
Command devicesCommand();
Command inspectCommand();
Command planCommand();
Command checkCommand();
Command diffCommand();
Command approveCommand();
Command runCommand();
Command runsCommand();
Command watchCommand();
Command pauseCommand();
Command resumeCommand();
Command stopCommand();
Command undoCommand();
Command retryCommand();
Command skipCommand();
Command paceCommand();
Command reportCommand();
Command auditCommand();
Command demoCommand();

} // namespace drover::cli
