#include "app/console/automation.h"
#include "app/console/console.h"
#include "app/program/signals.h"

#include <QApplication>

#include <cstdlib>

using namespace drover;

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("drover"));
    QApplication::setOrganizationName(QStringLiteral("drover"));
    QApplication::setApplicationVersion(QStringLiteral(DROVER_VERSION));
    // The worker is told to finish first; see Console::closed.
    QApplication::setQuitOnLastWindowClosed(false);

    const Result<console::Options> options = console::parseOptions(QApplication::arguments());
    if (!options) {
        std::fprintf(stderr, "drover: %s %s\n", qPrintable(options.error().what), qPrintable(options.error().remedy));
        return 2;
    }
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
