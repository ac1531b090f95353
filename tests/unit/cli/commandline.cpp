#include "commandline.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslConfiguration>

using namespace Qt::StringLiterals;

namespace drover::test {
namespace {

const QString bin = QStringLiteral(DROVER_BIN_DIR "/");

} // namespace

Azure::Azure(double speed)
{
    m_process.start(bin + u"drover-azure"_s, {u"--scenario"_s, u"small"_s, u"--speed"_s, QString::number(speed), u"--endpoints"_s, endpoints(),
                                                 u"--exit-with-stdin"_s});
    if (m_process.waitForReadyRead(15'000)) {
        QFile file(endpoints());
        QJsonObject told;
        if (file.open(QIODevice::ReadOnly))
            told = QJsonDocument::fromJson(file.readAll()).object();
        m_redirect = told.value(u"redirect"_s).toString();
        m_authorities = m_folder.filePath(told.value(u"caFile"_s).toString());
    }
}

Azure::~Azure()
{
    m_process.closeWriteChannel();
    m_process.terminate();
    m_process.waitForFinished(5000);
}

QJsonObject Azure::truth() const
{
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(u"https://%1/_sim/truth"_s.arg(m_redirect)));
    request.setRawHeader("Host", "simulator");
    request.setPeerVerifyName(u"management.azure.com"_s);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromPath(m_authorities));
    request.setSslConfiguration(tls);
    QNetworkReply *reply = network.get(request);
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    return QJsonDocument::fromJson(reply->readAll()).object();
}

int Azure::identitiesOn(const QString &stamp) const
{
    const QJsonObject hubs = truth().value(u"hubs"_s).toObject();
    for (const QJsonValue hub : hubs)
        if (hub.toObject().value(u"stamp"_s).toString() == stamp)
            return hub.toObject().value(u"identities"_s).toInt();
    return -1;
}

QList<QJsonObject> Outcome::objects() const
{
    QList<QJsonObject> all;
    for (const QString &line : out.split(u'\n', Qt::SkipEmptyParts)) {
        const QJsonDocument document = QJsonDocument::fromJson(line.toUtf8());
        if (!document.isObject())
            return {};
        all.append(document.object());
    }
    return all;
}

CommandLine::CommandLine(QString endpoints)
    : m_endpoints(std::move(endpoints))
{
}

Outcome CommandLine::run(const QStringList &arguments, int patienceMs) const
{
    QProcess process;
    QStringList all = arguments;
    if (!arguments.contains(u"--endpoints"_s))
        all += {u"--endpoints"_s, m_endpoints};
    if (!arguments.contains(u"--journal"_s))
        all += {u"--journal"_s, file(u"journal.sqlite"_s)};
    process.start(bin + u"droverctl"_s, all);
    process.closeWriteChannel();
    if (!process.waitForFinished(patienceMs))
        return {-1, QString::fromUtf8(process.readAllStandardOutput()), u"did not end in time: "_s + QString::fromUtf8(process.readAllStandardError())};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2, QString::fromUtf8(process.readAllStandardOutput()),
        QString::fromUtf8(process.readAllStandardError())};
}

QString CommandLine::write(const QString &name, const QByteArray &content) const
{
    QFile out(file(name));
    if (out.open(QIODevice::WriteOnly))
        out.write(content);
    return out.fileName();
}

} // namespace drover::test
