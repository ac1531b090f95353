#include "app/cli/arguments.h"

#include <QCommandLineParser>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QStringList namesOf(const Option &option)
{
    return option.names.split(u',');
}

void add(QCommandLineParser &parser, const Option &option)
{
    parser.addOption(QCommandLineOption(namesOf(option), option.description, option.value));
}

/// The command's own name for an option: its longest.
QString key(const Option &option)
{
    return namesOf(option).last();
}

QString usageOf(const Command &command)
{
    return u"droverctl %1"_s.arg(command.name) + (command.arguments.isEmpty() ? QString() : u' ' + command.arguments)
        + (command.options.empty() ? QString() : u" [options]"_s);
}

QString row(const QString &left, const QString &right, int width)
{
    return u"  "_s + left.leftJustified(width) + u"  "_s + right + u'\n';
}

QString optionRows(const std::vector<Option> &options)
{
    QString rows;
    for (const Option &option : options) {
        QStringList dashed;
        for (const QString &name : namesOf(option))
            dashed.append((name.size() == 1 ? u"-"_s : u"--"_s) + name);
        rows += row(dashed.join(u", "_s) + (option.value.isEmpty() ? QString() : u' ' + option.value), option.description, 26);
    }
    return rows;
}

/// First pass: which word is the command? Options with values are told from words only when all are known.
const Command *commandIn(const std::vector<Command> &commands, const QStringList &arguments, QString &word)
{
    QCommandLineParser parser;
    for (const Option &option : globalOptions())
        add(parser, option);
    QStringList known;
    for (const Command &command : commands)
        for (const Option &option : command.options)
            if (!known.contains(option.names)) {
                known.append(option.names);
                add(parser, option);
            }
    parser.parse(QStringList{u"droverctl"_s} + arguments);
    word = parser.positionalArguments().value(0);
    const auto at = std::ranges::find(commands, word, &Command::name);
    return at == commands.end() ? nullptr : &*at;
}

Failure usage(const QString &what, const Command *command)
{
    return fail(ErrorKind::Usage, what, command ? u"See \"droverctl %1 --help\"."_s.arg(command->name) : u"See \"droverctl --help\"."_s);
}

} // namespace

const std::vector<Option> &globalOptions()
{
    static const std::vector<Option> options{
        {u"profile"_s, u"A fleet connected to before, by name"_s, u"NAME"_s},
        {u"endpoints"_s, u"Connect by an endpoints file"_s, u"FILE"_s},
        {u"journal"_s, u"Where runs are remembered: a file, or postgres://PERSON@HOST/DATABASE"_s, u"PLACE"_s},
        {u"rules"_s, u"The fleet's rules, windows and freezes, instead of those in their usual place"_s, u"FILE"_s},
        {u"json"_s, u"One JSON object a line instead of tables"_s},
        {u"no-color"_s, u"No colors, also on a terminal"_s},
        {u"h,help"_s, u"Explain the program or one command"_s},
        {u"version"_s, u"Tell the version"_s},
    };
    return options;
}

Result<Invocation> parse(const std::vector<Command> &commands, const QStringList &arguments)
{
    QString word;
    Invocation invocation;
    invocation.command = commandIn(commands, arguments, word);
    if (!word.isEmpty() && word != u"help"_s && !invocation.command)
        return usage(u"There is no command \"%1\"."_s.arg(word.left(80)), nullptr);
    QCommandLineParser parser;
    std::vector<Option> options = globalOptions();
    if (invocation.command)
        options.insert(options.end(), invocation.command->options.begin(), invocation.command->options.end());
    for (const Option &option : options)
        add(parser, option);
    if (!parser.parse(QStringList{u"droverctl"_s} + arguments))
        return usage(parser.errorText() + (parser.errorText().endsWith(u'.') ? QString() : u"."_s), invocation.command);
    for (const Option &option : options)
        if (parser.isSet(key(option)))
            invocation.values.insert(key(option), parser.values(key(option)));
    // Which of two fleets or journals is meant is nothing to guess at.
    for (const Option &option : globalOptions())
        if (invocation.values.value(key(option)).size() > 1)
            return usage(u"--%1 was given more than once."_s.arg(key(option)), invocation.command);
    invocation.positional = parser.positionalArguments().mid(1);
    if (invocation.has(u"version"_s))
        invocation.kind = Invocation::Kind::Version;
    else if (invocation.has(u"help"_s) || word.isEmpty() || !invocation.command)
        invocation.kind = Invocation::Kind::Help;
    if (invocation.kind != Invocation::Kind::Run)
        return invocation;
    const qsizetype words = invocation.positional.size();
    if (words < invocation.command->positional || (words > invocation.command->positional && !invocation.command->more))
        return usage(invocation.positional.size() < invocation.command->positional
                ? u"\"%1\" needs %2."_s.arg(word, invocation.command->arguments)
                : u"\"%1\" does not know what to do with \"%2\"."_s.arg(word, invocation.positional.last().left(80)),
            invocation.command);
    return invocation;
}

QString help(const std::vector<Command> &commands, const Command *command)
{
    if (command)
        return u"%1\n\n%2\n\n%3\n"_s.arg(usageOf(*command), command->summary + u'.', command->lesson.trimmed())
            + (command->options.empty() ? QString() : u"\nOptions:\n"_s + optionRows(command->options)) + u"\nEverywhere:\n"_s
            + optionRows(globalOptions());
    QString text = u"droverctl [options] COMMAND …\n\nMoves device populations between Azure IoT deployment stamps, and proves that they arrived.\n\nCommands:\n"_s;
    for (const Command &each : commands)
        text += row(each.name + (each.arguments.isEmpty() ? QString() : u' ' + each.arguments), each.summary, 26);
    return text + u"\nOptions:\n"_s + optionRows(globalOptions())
        + u"\nExit codes: 0 done, 1 failed, 2 usage, 3 blocked by a check, 4 finished with failed devices,\n"
          "5 paused or stopped. \"droverctl COMMAND --help\" explains one command.\n"_s;
}

} // namespace drover::cli
