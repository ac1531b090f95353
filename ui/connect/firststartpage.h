#pragma once

#include "models/core/error.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace drover::ui {

/// First start: try the simulated Azure, or connect to the real one.
class FirstStartPage final : public QWidget {
    Q_OBJECT

public:
    explicit FirstStartPage(QWidget *parent = nullptr);

    /// What is being tried now, in words; controls wait until it is over.
    void showProgress(const QString &doing);
    void showError(const Error &error);
    void showReady();
    /// Where the runs are remembered: empty, a file, or a server with the password that was typed for it.
    QString journal() const;
    QString journalPassword() const;

Q_SIGNALS:
    void simulateRequested(const QString &scenario);
    void connectRequested(const QString &endpointsFile);
    /// Secrets: they go to the keychain and nowhere else.
    void connectStringsRequested(const QStringList &connectionStrings);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeSimulated();
    QWidget *makeConnect();
    QWidget *makeJournal();
    QWidget *makeState();
    void setBusy(bool busy);
    void chooseFile();
    void readStrings();

    QComboBox *m_scenario;
    QPushButton *m_simulate;
    QLineEdit *m_file;
    QPushButton *m_connectFile;
    QPlainTextEdit *m_strings;
    QPushButton *m_reveal;
    QPushButton *m_connectStrings;
    QLineEdit *m_journal;
    QLineEdit *m_password;
    QWidget *m_state;
    QProgressBar *m_busy;
    QLabel *m_what;
    QLabel *m_remedy;
};

} // namespace drover::ui
