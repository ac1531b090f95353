#include "app/engine/localazure.h"

#include <QCoreApplication>
#include <QCoroProcess>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QStandardPaths>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

constexpr auto programName = "drover-azure"_L1;

/// The last sentence a failed child left behind.
QString lastWords(QProcess &process)
{
    const QList<QByteArray> lines = process.readAllStandardError().trimmed().split('\n');
    return QString::fromUtf8(lines.last()).left(300);
}

} // namespace

LocalAzure::LocalAzure()
    : m_folder(QDir::tempPath() + u"/drover-azure-XXXXXX"_s)
{
#ifdef Q_OS_UNIX
    // Ctrl-C in our terminal means us: the simulator must outlive it until the run is paused.
    m_process.setChildProcessModifier([] { ::setpgid(0, 0); });
#endif
}

LocalAzure::~LocalAzure()
{
    stop();
}

QString LocalAzure::program()
{
    const QString beside = QStandardPaths::findExecutable(programName, {QCoreApplication::applicationDirPath()});
    return beside.isEmpty() ? QStandardPaths::findExecutable(programName) : beside;
}

QCoro::Task<Result<QString>> LocalAzure::start(QString scenario, double speed)
{
    const QString binary = program();
    if (binary.isEmpty())
        co_return fail(ErrorKind::Usage, u"The simulated Azure (drover-azure) is not installed."_s,
            u"Install or build it; it belongs beside this program."_s);
    if (!m_folder.isValid())
        co_return fail(ErrorKind::Storage, u"No temporary folder could be made: %1."_s.arg(m_folder.errorString()),
            u"Check the free space and the rights of %1."_s.arg(QDir::tempPath()));
    const QString endpoints = m_folder.filePath(u"endpoints.json"_s);
    // Our end of its standard input closes however we end, and it ends with that.
    m_process.start(binary, {u"--scenario"_s, scenario, u"--speed"_s, QString::number(speed), u"--endpoints"_s, endpoints,
                                u"--exit-with-stdin"_s});
    const bool up = co_await saidItListens();
    if (!up || !QFile::exists(endpoints)) {
        const QString why = lastWords(m_process);
        stop();
        co_return fail(ErrorKind::Offline,
            why.isEmpty() ? u"The simulated Azure did not come up within %1 seconds."_s.arg(patience.count())
                          : u"The simulated Azure did not come up: %1"_s.arg(why),
            u"Run \"%1 --scenario %2\" by hand to see more."_s.arg(binary, scenario));
    }
    co_return endpoints;
}

QCoro::Task<bool> LocalAzure::saidItListens()
{
    QDeadlineTimer deadline(patience);
    QByteArray said;
    while (!deadline.hasExpired() && m_process.state() != QProcess::NotRunning) {
        // In slices: a child that dies at once says nothing more that could be waited for.
        said += co_await qCoro(m_process).readAll(std::chrono::milliseconds(100));
        if (said.contains("listening on "))
            co_return true;
    }
    co_return false;
}

void LocalAzure::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel();
    m_process.terminate();
    if (!m_process.waitForFinished(2000)) {
        m_process.kill();
        m_process.waitForFinished(1000);
    }
}

void LocalAzure::giveUp()
{
    m_process.kill();
}

} // namespace drover::engine
