#pragma once

#include "models/core/error.h"

#include <QHash>
#include <QStringList>

#include <QCoroTask>

#include <functional>
#include <vector>

namespace drover::cli {

/// An option of a command. Without `value` it is a switch.
struct Option {
    /// "o,output"
    QString names;
    QString description;
    QString value = {};
};

struct Invocation;
class Session;

/// One row of the table of commands.
struct Command {
    QString name;
    /// What stands behind the name: "PLAN", empty for nothing.
    QString arguments = {};
    int positional = 0;
    /// More words than that are welcome.
    bool more = false;
    QString summary;
    /// Taught by --help: what it does, and examples.
    QString lesson;
    std::vector<Option> options = {};
    QCoro::Task<int> (*run)(Session &) = nullptr;
};

/// What the person asked for, checked against the table.
struct Invocation {
    enum class Kind { Run, Help, Version };
    Kind kind = Kind::Run;
    /// Null with Help means the whole program.
    const Command *command = nullptr;
    QStringList positional;
    QHash<QString, QStringList> values;

    bool has(const QString &option) const { return values.contains(option); }
    QString value(const QString &option) const { return values.value(option).value(0); }
    QStringList all(const QString &option) const { return values.value(option); }
};

/// Options every command knows.
const std::vector<Option> &globalOptions();

/// Usage error with what was not understood and where to read on. Arguments without the program's name.
Result<Invocation> parse(const std::vector<Command> &commands, const QStringList &arguments);
/// Text of `--help`, for the program or one command.
QString help(const std::vector<Command> &commands, const Command *command);

} // namespace drover::cli
