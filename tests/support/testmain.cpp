#include "tests/support/testmain.h"

#include <QFileInfo>
#include <QMap>
#include <QTest>
#ifdef DROVER_GUI_TESTS
#include <QApplication>
using Application = QApplication;
#else
using Application = QCoreApplication;
#endif

using namespace Qt::StringLiterals;

namespace drover::test {
namespace {

using Make = std::function<std::unique_ptr<QObject>()>;

QMap<QString, Make> &registry()
{
    static QMap<QString, Make> classes;
    return classes;
}

} // namespace

Registration::Registration(const char *file, Make make)
{
    registry().insert(QFileInfo(QString::fromUtf8(file)).completeBaseName(), std::move(make));
}

void setCases(const char *variable, int usual, const QByteArray &rest)
{
    const QByteArray chosen = qgetenv(variable);
    qputenv("RC_PARAMS", "max_success=" + (chosen.isEmpty() ? QByteArray::number(usual) + " seed=1" : chosen) + ' ' + rest);
}

} // namespace drover::test

/// `program [--class tst_name] [Qt Test's own options]`; without --class every class runs.
int main(int argc, char *argv[])
{
    // A property that fails must fail again tomorrow: its cases are the same every time, unless others are asked for.
    if (qEnvironmentVariableIsEmpty("RC_PARAMS"))
        qputenv("RC_PARAMS", "seed=1");
    Application application(argc, argv);
    QStringList arguments = Application::arguments();
    const auto at = arguments.indexOf(u"--class"_s);
    QString only;
    if (at > 0 && at + 1 < arguments.size()) {
        only = arguments.at(at + 1);
        arguments.remove(at, 2);
    }
    int failures = 0;
    int ran = 0;
    for (const auto &[name, make] : drover::test::registry().asKeyValueRange()) {
        if (!only.isEmpty() && name != only)
            continue;
        ++ran;
        const std::unique_ptr<QObject> test = make();
        failures += QTest::qExec(test.get(), arguments);
    }
    return ran == 0 ? 1 : std::min(failures, 125);
}
