#include "app/report/pages.h"

#include <QApplication>
#include <QDir>

namespace drover::report {

std::unique_ptr<QCoreApplication> applicationForPages(int &argc, char *argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    // Nothing of a session is used, and Qt would say on every report that there is none.
    if (qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR"))
        qputenv("XDG_RUNTIME_DIR", QFile::encodeName(QDir::tempPath()));
    return std::make_unique<QApplication>(argc, argv);
}

} // namespace drover::report
