#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QProcess>
#include <QTemporaryDir>

namespace drover::test {

/// The simulated Azure as a process of its own, and the truth it tells.
class Azure final {
public:
    explicit Azure(double speed, const QString &scenario = QStringLiteral("small"));
    ~Azure();

    bool isUp() const { return !m_redirect.isEmpty(); }
    qint64 pid() const { return m_process.processId(); }
    QString endpoints() const { return m_folder.filePath(QStringLiteral("endpoints.json")); }
    /// The file of the CA to trust.
    QString authorities() const { return m_authorities; }
    QJsonObject truth() const;
    /// Identities on the hub of a stamp.
    int identitiesOn(const QString &stamp) const;
    /// Asks the simulator itself: the path begins with "/_sim/".
    QJsonObject control(const QByteArray &verb, const QString &path, const QByteArray &body = {}) const;
    /// The device registers again, and nobody who runs Drover told it to; false when it is not online on that stamp.
    bool wake(const QString &stamp, const QString &device) const;
    /// Asks the DPS as somebody who is not Drover does.
    QJsonObject askDps(const QByteArray &verb, const QString &path, const QJsonObject &body = {}, const QByteArray &ifMatch = {}) const;
    /// Asks the hub of a stamp as somebody who is not Drover does.
    QJsonObject askHub(const QByteArray &verb, const QString &stamp, const QString &path, const QJsonObject &body = {}) const;
    /// What the DPS answers to a GET, byte for byte.
    QByteArray readDps(const QString &path) const;
    /// How often an armed fault has struck.
    int strikes() const;
    /// Every enrollment and every group of the DPS as it is stored, by its ID.
    QMap<QString, QByteArray> enrollments() const;
    /// The same, less what differs with each write.
    QMap<QString, QJsonObject> records() const;

private:
    QByteArray send(const QByteArray &verb, const QString &host, const QString &path, const QByteArray &body, QByteArray *continuation = nullptr, const QByteArray &ifMatch = {}) const;

    QTemporaryDir m_folder;
    QProcess m_process;
    QString m_redirect;
    QString m_authorities;
    QJsonObject m_told;
};

struct Outcome {
    int code = -1;
    QString out;
    QString err;
    /// Each line of the output as an object; empty when one is none.
    QList<QJsonObject> objects() const;
};

/// Runs droverctl with a journal of its own until it ends.
class CommandLine final {
public:
    explicit CommandLine(QString endpoints);
    Outcome run(const QStringList &arguments, int patienceMs = 120'000) const;
    /// A file in this test's folder.
    QString file(const QString &name) const { return m_folder.filePath(name); }
    QString write(const QString &name, const QByteArray &content) const;

private:
    QTemporaryDir m_folder;
    QString m_endpoints;
};

} // namespace drover::test
