#include "app/console/automation.h"
#include "app/console/console.h"
#include "app/program/signals.h"

#include <QApplication>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

using namespace drover;
using namespace Qt::StringLiterals;

namespace {

bool names(int argc, char *argv[], std::initializer_list<std::string_view> words)
{
    return std::any_of(argv + 1, argv + argc, [words](std::string_view word) { return std::ranges::find(words, word) != words.end(); });
}

/// Qt would end the program with a core dump.
bool hasDisplay(int argc, char *argv[])
{
#ifdef Q_OS_LINUX
    return names(argc, argv, {"-platform", "--platform"})
        || std::ranges::any_of(std::array {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}, [](const char *name) { return !qEnvironmentVariableIsEmpty(name); });
#else
    Q_UNUSED(argc)
    Q_UNUSED(argv)
    return true;
#endif
}

int refuse(const Error &error)
{
    std::fprintf(stderr, "drover: %s %s\n", qPrintable(error.what), qPrintable(error.remedy));
    return 2;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication::setApplicationName(u"drover"_s);
    QCoreApplication::setOrganizationName(u"drover"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(DROVER_VERSION));
    const bool onlyTells = names(argc, argv, {"-h", "--help", "-v", "--version"});
    if (onlyTells || !hasDisplay(argc, argv)) {
        const QCoreApplication application(argc, argv);
        const Result<console::Options> options = console::parseOptions(QCoreApplication::arguments());
        return refuse(options ? Error{.kind = ErrorKind::Usage, .what = u"There is no display for a window."_s,
                                    .remedy = u"Start it in a desktop session, or use droverctl in this terminal."_s}
                              : options.error());
    }
    QApplication application(argc, argv);
    // The worker is told to finish first; see Console::closed.
    QApplication::setQuitOnLastWindowClosed(false);

    const Result<console::Options> options = console::parseOptions(QApplication::arguments());
    if (!options)
        return refuse(options.error());
    console::Console console(*options);
    std::unique_ptr<console::Automation> automation;
    if (!options->automation.isEmpty())
        automation = std::make_unique<console::Automation>(options->automation);
    const program::Signals signalsOfTheSystem;
    QObject::connect(&signalsOfTheSystem, &program::Signals::asked, &console.window(), &QWidget::close);
    bool inTime = true;
    QObject::connect(&console, &console::Console::closed, &application, [&inTime](bool clean) {
        inTime = clean;
        QApplication::quit();
    });
    console.start();
    const int code = QApplication::exec();
    // A worker that does not come back is left behind, as a crash would leave it: the journal has all that counts.
    if (!inTime)
        std::_Exit(code);
    return code;
}
