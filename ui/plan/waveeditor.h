#pragma once

#include "models/plan/plan.h"

#include <QDialog>

class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace drover::ui {

/// Shares of the waves and the gate after each.
class WaveEditor final : public QDialog {
    Q_OBJECT

public:
    explicit WaveEditor(const plan::Options &options, QWidget *parent = nullptr);

Q_SIGNALS:
    void changed(const drover::plan::Options &options);

private:
    void build();
    void check();
    /// Shares of the waves before the rest, or the reason why the text is none.
    Result<std::vector<double>> shares() const;
    void accept() override;

    plan::Options m_options;
    QLineEdit *m_shares;
    QLabel *m_problem;
    QDoubleSpinBox *m_success;
    QSpinBox *m_within;
    QSpinBox *m_soak;
    QSpinBox *m_deadline;
    QLineEdit *m_method;
    QPushButton *m_apply;
};

} // namespace drover::ui
