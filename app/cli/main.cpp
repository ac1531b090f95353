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

/// Nobody would be told of a mistake of Drover's own otherwise: who waits for a task waits for good when it is thrown out of.
QCoro::Task<int> carriedOut(const cli::Command &command, cli::Session &session)
{
    QString said;
    try {
        co_return co_await command.run(session);
    } catch (const std::exception &bug) {
        said = QString::fromUtf8(bug.what());
    }
    co_return session.out().error({.kind = ErrorKind::Rejected, .what = u"Drover made a mistake: %1"_s.arg(said),
        .remedy = u"What the journal holds is not touched by it; please report it."_s});
}

} // namespace

int main(int argc, char *argv[])
{
    const std::unique_ptr<QCoreApplication> application = applicationFor(argc, argv);
    QCoreApplication::setApplicationName(u"droverctl"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(DROVER_VERSION));
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
    return QCoro::waitFor(carriedOut(*asked->command, session));
}
