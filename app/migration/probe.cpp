#include "app/migration/probe.h"

#include "app/backend/http/door.h"

#include <QCoroNetworkReply>
#include <QCoroProcess>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>

#include <csignal>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

using run::ProbeAnswered;
using run::ProbeVerdict;

ProbeAnswered answer(int wave, ProbeVerdict verdict, const QString &evidence)
{
    return {.wave = wave, .verdict = verdict, .evidence = evidence};
}

QString seconds(std::chrono::milliseconds span)
{
    return u"%1 s"_s.arg(std::chrono::ceil<std::chrono::seconds>(span).count());
}

/// Its first line, short and without anything that looks like a key.
QString firstLine(const QByteArray &said)
{
    constexpr qsizetype most = 160;
    const QString line = backend::redacted(QString::fromUtf8(said).trimmed().section(u'\n', 0, 0)).left(most).trimmed();
    return line.isEmpty() ? QString() : u" (%1)"_s.arg(line);
}

/// The whole family: what a shell has started does not end with the shell.
void killAll(QProcess &process)
{
    if (process.processId() > 0)
        ::kill(-static_cast<pid_t>(process.processId()), SIGKILL);
    // Where it has no family of its own yet.
    process.kill();
}

QCoro::Task<ProbeAnswered> askCommand(Probe probe, QString run, int wave, std::stop_token stop)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DROVER_RUN"_s, run);
    environment.insert(u"DROVER_WAVE"_s, QString::number(wave + 1));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setChildProcessModifier([] { ::setsid(); });
    QByteArray said;
    QObject::connect(&process, &QProcess::readyRead, &process, [&process, &said] {
        constexpr qsizetype enough = 4096;
        const QByteArray more = process.readAll();
        said += more.first(std::clamp<qsizetype>(enough - said.size(), 0, more.size()));
    });
    process.start(u"/bin/sh"_s, {u"-c"_s, probe.command});
    const std::stop_callback calledOff(stop, [&process] { killAll(process); });
    co_await qCoro(process).waitForFinished(probe.patience);
    if (process.state() != QProcess::NotRunning) {
        killAll(process);
        co_await qCoro(process).waitForFinished(std::chrono::seconds(5));
        co_return answer(wave, ProbeVerdict::Inconclusive, u"the probe did not end within %1"_s.arg(seconds(probe.patience)));
    }
    if (process.error() == QProcess::FailedToStart)
        co_return answer(wave, ProbeVerdict::Inconclusive, u"the probe could not be started: %1"_s.arg(process.errorString()));
    if (process.exitStatus() != QProcess::NormalExit)
        co_return answer(wave, ProbeVerdict::Fail, u"the probe was ended by a signal"_s + firstLine(said));
    const int code = process.exitCode();
    co_return answer(wave, code == 0 ? ProbeVerdict::Pass : ProbeVerdict::Fail,
        u"the probe ended with %1"_s.arg(code) + firstLine(said));
}

QCoro::Task<ProbeAnswered> askAddress(Probe probe, int wave, std::stop_token stop)
{
    QNetworkAccessManager network;
    network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    QNetworkRequest request(probe.url);
    request.setTransferTimeout(static_cast<int>(probe.patience.count()));
    const std::unique_ptr<QNetworkReply> reply(network.get(request));
    const std::stop_callback calledOff(stop, [&reply] { reply->abort(); });
    co_await qCoro(reply.get()).waitForFinished();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 200 && reply->error() == QNetworkReply::NoError)
        co_return answer(wave, ProbeVerdict::Pass, u"the probe answered 200"_s);
    if (reply->error() == QNetworkReply::OperationCanceledError)
        co_return answer(wave, ProbeVerdict::Inconclusive,
            u"the probe at %1 did not answer within %2"_s.arg(probe.url.host(), seconds(probe.patience)));
    co_return answer(wave, ProbeVerdict::Fail,
        status > 0 ? u"the probe at %1 answered %2"_s.arg(probe.url.host()).arg(status)
                   : u"the probe at %1 cannot be reached"_s.arg(probe.url.host()));
}

} // namespace

Result<Probe> parseProbe(const QString &command, const QString &url)
{
    Probe probe{.command = command.trimmed(), .url = QUrl(url, QUrl::StrictMode)};
    if (!probe.command.isEmpty() && !url.isEmpty())
        return fail(ErrorKind::Usage, u"There are two probes, a command and an address."_s, u"Give one of them."_s);
    const bool isWeb = probe.url.scheme() == u"https" || probe.url.scheme() == u"http";
    if (!url.isEmpty() && (!isWeb || !probe.url.isValid() || probe.url.host().isEmpty()))
        return fail(ErrorKind::Usage, u"The probe's address is no http or https URL."_s,
            u"Give one such as https://stamp.example.com/health."_s);
    return probe;
}

QCoro::Task<ProbeAnswered> ask(Probe probe, QString run, int wave, std::stop_token stop)
{
    if (!probe.command.isEmpty())
        co_return co_await askCommand(std::move(probe), std::move(run), wave, std::move(stop));
    co_return co_await askAddress(std::move(probe), wave, std::move(stop));
}

} // namespace drover::migration
