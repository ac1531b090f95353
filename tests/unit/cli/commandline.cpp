#include "commandline.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QMessageAuthenticationCode>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslConfiguration>

using namespace Qt::StringLiterals;

namespace drover::test {
namespace {

const QString bin = QStringLiteral(DROVER_BIN_DIR "/");

/// The DPS or the hub with that name, as the endpoints tell it: policy and key.
QJsonObject serviceAt(const QJsonObject &endpoints, const QString &host)
{
    const QJsonObject dps = endpoints.value(u"dps"_s).toObject();
    if (dps.value(u"serviceHost"_s) == host)
        return dps;
    for (const QJsonValue hub : endpoints.value(u"hubs"_s).toArray())
        if (hub.toObject().value(u"host"_s) == host)
            return hub.toObject();
    return {};
}

} // namespace

Azure::Azure(double speed, const QString &scenario)
{
    m_process.start(bin + u"drover-azure"_s, {u"--scenario"_s, scenario, u"--speed"_s, QString::number(speed), u"--endpoints"_s, endpoints(),
                                                 u"--exit-with-stdin"_s});
    if (m_process.waitForReadyRead(15'000)) {
        QFile file(endpoints());
        if (file.open(QIODevice::ReadOnly))
            m_told = QJsonDocument::fromJson(file.readAll()).object();
        m_redirect = m_told.value(u"redirect"_s).toString();
        m_authorities = m_folder.filePath(m_told.value(u"caFile"_s).toString());
    }
}

Azure::~Azure()
{
    m_process.closeWriteChannel();
    m_process.terminate();
    m_process.waitForFinished(5000);
}

QByteArray Azure::send(const QByteArray &verb, const QString &host, const QString &path, const QByteArray &body, QByteArray *continuation, const QByteArray &ifMatch) const
{
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(u"https://%1%2"_s.arg(m_redirect, path)));
    request.setRawHeader("Host", host.toUtf8());
    request.setPeerVerifyName(u"management.azure.com"_s);
    if (!body.isEmpty())
        request.setRawHeader("Content-Type", "application/json");
    request.setRawHeader("x-ms-max-item-count", "1000");
    if (!ifMatch.isEmpty())
        request.setRawHeader("If-Match", ifMatch);
    if (continuation && !continuation->isEmpty())
        request.setRawHeader("x-ms-continuation", *continuation);
    if (const QJsonObject service = serviceAt(m_told, host); !service.isEmpty()) {
        const QByteArray signedText = host.toUtf8() + "\n4102444800";
        const QByteArray key = QByteArray::fromBase64(service.value(u"key"_s).toString().toUtf8());
        const QByteArray signature = QMessageAuthenticationCode::hash(signedText, key, QCryptographicHash::Sha256).toBase64();
        request.setRawHeader("Authorization", "SharedAccessSignature sr=" + host.toUtf8() + "&sig=" + QUrl::toPercentEncoding(QString::fromLatin1(signature))
                + "&se=4102444800&skn=" + service.value(u"policy"_s).toString().toUtf8());
    }
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromPath(m_authorities));
    request.setSslConfiguration(tls);
    QNetworkReply *reply = network.sendCustomRequest(request, verb, body);
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    if (continuation)
        *continuation = reply->rawHeader("x-ms-continuation");
    return reply->readAll();
}

QJsonObject Azure::control(const QByteArray &verb, const QString &path, const QByteArray &body) const
{
    return QJsonDocument::fromJson(send(verb, u"simulator"_s, path, body)).object();
}

QJsonObject Azure::askDps(const QByteArray &verb, const QString &path, const QJsonObject &body, const QByteArray &ifMatch) const
{
    const QString host = m_told.value(u"dps"_s).toObject().value(u"serviceHost"_s).toString();
    const QByteArray text = body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(QJsonDocument::Compact);
    return QJsonDocument::fromJson(send(verb, host, path + u"?api-version=2021-10-01"_s, text, nullptr, ifMatch)).object();
}

QByteArray Azure::readDps(const QString &path) const
{
    const QString host = m_told.value(u"dps"_s).toObject().value(u"serviceHost"_s).toString();
    return send("GET", host, path + u"?api-version=2021-10-01"_s, {});
}

QJsonObject Azure::askHub(const QByteArray &verb, const QString &stamp, const QString &path, const QJsonObject &body) const
{
    const QJsonObject hubs = truth().value(u"hubs"_s).toObject();
    const QByteArray text = body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(QJsonDocument::Compact);
    for (auto hub = hubs.constBegin(); hub != hubs.constEnd(); ++hub)
        if (hub.value().toObject().value(u"stamp"_s) == stamp)
            return QJsonDocument::fromJson(
                send(verb, hub.key(), path + u"?api-version=2021-04-12"_s, text, nullptr, verb == "PUT" ? "*" : QByteArray())).object();
    return {};
}

bool Azure::wake(const QString &stamp, const QString &device) const
{
    const QJsonObject call{{u"methodName"_s, u"Reprovision"_s}, {u"responseTimeoutInSeconds"_s, 10}};
    return askHub("POST", stamp, u"/twins/%1/methods"_s.arg(device), call).value(u"status"_s) == 200;
}

int Azure::strikes() const
{
    int count = 0;
    for (const QJsonValue rule : QJsonDocument::fromJson(send("GET", u"simulator"_s, u"/_sim/faults"_s, {})).array())
        count += rule.toObject().value(u"used"_s).toInt();
    return count;
}

QJsonObject Azure::truth() const
{
    return control("GET", u"/_sim/truth"_s);
}

QMap<QString, QByteArray> Azure::enrollments() const
{
    QMap<QString, QByteArray> all;
    const QString host = m_told.value(u"dps"_s).toObject().value(u"serviceHost"_s).toString();
    for (const auto &[kind, id] : {std::pair(u"enrollments"_s, u"registrationId"_s), {u"enrollmentGroups"_s, u"enrollmentGroupId"_s}}) {
        QByteArray continuation;
        do {
            const QByteArray page = send("POST", host, u"/%1/query?api-version=2021-10-01"_s.arg(kind), R"({"query":"SELECT * FROM enrollments"})", &continuation);
            for (const QJsonValue each : QJsonDocument::fromJson(page).array())
                all.insert(each.toObject().value(id).toString(), QJsonDocument(each.toObject()).toJson(QJsonDocument::Compact));
        } while (!continuation.isEmpty());
    }
    return all;
}

QMap<QString, QJsonObject> Azure::records() const
{
    QMap<QString, QJsonObject> records;
    for (const auto &[id, text] : enrollments().asKeyValueRange()) {
        QJsonObject record = QJsonDocument::fromJson(text).object();
        for (const QString &name : {u"etag"_s, u"lastUpdatedDateTimeUtc"_s, u"createdDateTimeUtc"_s, u"registrationState"_s})
            record.remove(name);
        records.insert(id, record);
    }
    return records;
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
