#include "app/report/pages.h"

#include <QApplication>

namespace drover::report {

std::unique_ptr<QCoreApplication> applicationForPages(int &argc, char *argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return std::make_unique<QApplication>(argc, argv);
}

} // namespace drover::report
