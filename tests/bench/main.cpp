#include "tests/bench/bench.h"

#include <QApplication>

using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const QStringList wanted = QApplication::arguments().mid(1);
    const std::vector<std::pair<QString, void (*)()>> all = {
        {u"index"_s, drover::bench::index},
        {u"plan"_s, drover::bench::plan},
        {u"run"_s, drover::bench::run},
        {u"journal-cost"_s, drover::bench::journalCost},
        {u"chart"_s, drover::bench::chart},
        {u"table"_s, drover::bench::table},
    };
    int ran = 0;
    for (const auto &[name, run] : all) {
        if (!wanted.isEmpty() && !wanted.contains(name))
            continue;
        run();
        ++ran;
    }
    return ran > 0 ? 0 : 2;
}
