#include "app/cli/commands.h"
#include "app/cli/session.h"
#include "app/report/pages.h"

#include <QCoreApplication>
#include <QCoroTask>

using namespace Qt::StringLiterals;
using namespace drover;

namespace {

/// Pages are laid out and painted, which takes fonts and widgets but no display; everything else takes neither.
std::unique_ptr<QCoreApplication> applicationFor(int &argc, char *argv[])
{
    const std::span<char *> arguments(argv, static_cast<size_t>(argc));
    if (std::ranges::none_of(arguments, [](const char *text) { return QByteArrayView(text).startsWith("--pdf"); }))
        return std::make_unique<QCoreApplication>(argc, argv);
    return report::applicationForPages(argc, argv);
}

} // namespace

int main(int argc, char *argv[])
{
    const std::unique_ptr<QCoreApplication> application = applicationFor(argc, argv);
    QCoreApplication::setApplicationName(u"droverctl"_s);
    QCoreApplication::setApplicationVersion(u"0.1.0"_s);
    const Result<cli::Invocation> asked = cli::parse(cli::commands(), QCoreApplication::arguments().mid(1));
    cli::Terminal terminal(asked && asked->has(u"json"_s), !(asked && asked->has(u"no-color"_s)));
    if (!asked)
        return terminal.error(asked.error());
    switch (asked->kind) {
    case cli::Invocation::Kind::Version:
        terminal.line(u"droverctl %1"_s.arg(QCoreApplication::applicationVersion()));
        return cli::Done;
    case cli::Invocation::Kind::Help:
        terminal.line(cli::help(cli::commands(), asked->command).trimmed());
        return cli::Done;
    case cli::Invocation::Kind::Run:
        break;
    }
    cli::Session session(*asked, terminal);
    return QCoro::waitFor(asked->command->run(session));
}
