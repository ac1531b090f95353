#pragma once

#include "models/plan/plan.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace drover::ui {

/// All that a plan can be asked for: waves, the gate after each, how devices are told, and limits.
class OptionsEditor final : public QDialog {
    Q_OBJECT

public:
    explicit OptionsEditor(const plan::Options &options, QWidget *parent = nullptr);

Q_SIGNALS:
    void changed(const drover::plan::Options &options);

private:
    QFormLayout *wavesForm();
    QFormLayout *gateForm();
    QFormLayout *tellingForm();
    QFormLayout *limitsForm();
    QLayout *footer();
    /// What stands in the fields, or why it is no option.
    Result<plan::Options> read() const;
    void check();
    void accept() override;

    plan::Options m_options;
    QComboBox *m_cut;
    QLineEdit *m_shares;
    QCheckBox *m_strict;
    QDoubleSpinBox *m_success;
    QSpinBox *m_within;
    QSpinBox *m_soak;
    QSpinBox *m_sample;
    QSpinBox *m_connectWithin;
    QLineEdit *m_failOn;
    QComboBox *m_triggers;
    QLineEdit *m_method;
    QLineEdit *m_property;
    QSpinBox *m_deadline;
    QSpinBox *m_mostFailed;
    QSpinBox *m_mostPerStamp;
    QSpinBox *m_mostAnHour;
    QSpinBox *m_look;
    QCheckBox *m_followers;
    QLabel *m_problem;
    QPushButton *m_apply = nullptr;
};

} // namespace drover::ui
